package io.mirror.replica.journal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mirror.core.access.Secret;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What journal replication may touch. */
class JournalArchitectureTest {
    private static final JavaClasses JOURNAL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                    "io.mirror.replica.journal",
                    "io.mirror.replica.internal.file",
                    "io.mirror.codec.journal",
                    "io.mirror.codec.plio");

    @Test
    @Tag("S-FS-8")
    void nothingReceivedIsEvaluated() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.script..", "java.lang.reflect..", "java.lang.invoke", "java.rmi..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.io.ObjectInputStream.class)
                .orShould()
                .callMethod(Class.class, "forName", String.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .because("what is received is data")
                .check(JOURNAL.that(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "written by hand", type -> !type.isRecord() && !type.isEnum())));
    }

    @Test
    void theRulesOfAReceiverNeedNoClockSocketOrFile() {
        noClasses()
                .that()
                .haveSimpleNameStartingWith("ReceiveSession")
                .or()
                .haveSimpleName("AttemptSchedule")
                .or()
                .haveSimpleName("Pace")
                .or()
                .haveSimpleName("KeyGuard")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio..", "java.net..", "java.io..", "io.netty.channel..", "java.time..")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(JOURNAL);
    }

    @Test
    void filesKnowNothingOfJournals() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.replica.internal.file")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.replica.journal", "io.netty..")
                .check(JOURNAL);
    }

    @Test
    @Tag("S-SEC-4")
    void keysAreTakenOutOnlyWhereTheyAreNeededAndNeverComparedByEquals() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Courier")
                .and()
                .doNotHaveSimpleName("ActiveRoute")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.replica.journal.JournalRoute$Builder")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.replica.journal.JournalSender$Builder")
                .should()
                .callMethod(Secret.class, "copyChars")
                .orShould()
                .callMethod(Secret.class, "copyUtf8")
                .check(JOURNAL);
        noClasses()
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(Arrays.class, "equals", char[].class, char[].class)
                .check(JOURNAL);
    }
}
