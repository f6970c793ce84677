package io.mirror.codec;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.Closeable;
import java.io.OutputStream;
import java.io.Serializable;
import org.junit.jupiter.api.Test;

/** Codecs turn bytes into values and nothing else. */
class CodecArchitectureTest {
    private static final JavaClasses CODEC = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.codec");

    @Test
    void codecsSeeNoSocketsThreadsClocksOrLogs() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.channel..",
                        "io.netty.handler..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.util.concurrent..",
                        "java.util.logging..",
                        "javax.net..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(System.Logger.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(CODEC);
    }

    /** The JSON library throws IOException and writes to an OutputStream; that is all of java.io that is wanted. */
    @Test
    void codecsOpenNoFiles() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("java.io..")
                        .and(not(assignableTo(Throwable.class)))
                        .and(not(equivalentTo(Serializable.class)))
                        .and(not(equivalentTo(Closeable.class)))
                        .and(not(equivalentTo(OutputStream.class))))
                .check(CODEC);
    }

    @Test
    void codecsUseOnlyBuffersAndTheCoreModel() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.mirror.codec..",
                        "io.mirror.core.access",
                        "io.mirror.core.command",
                        "io.mirror.core.link",
                        "io.mirror.core.point",
                        "com.fasterxml.jackson.core..",
                        "io.netty.buffer",
                        "io.netty.util",
                        "java..",
                        "org.jspecify..")
                .check(CODEC);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.mirror.codec.(**)").should().beFreeOfCycles().check(CODEC);
    }
}
