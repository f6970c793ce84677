package io.mirror.sockmux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mirror.transport.access.TargetList;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the classes of this module may touch. */
class SockMuxArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.sockmux");

    @Test
    void sessionsSeeNoSocketsThreadsClocksOrLogs() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.sockmux.session..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.channel..",
                        "io.netty.handler..",
                        "io.mirror.transport..",
                        "io.mirror.sockmux.forward..",
                        "java.net..",
                        "java.io..",
                        "java.nio.channels..",
                        "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.mirror.sockmux.Tunnel")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(System.Logger.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(ALL);
    }

    @Test
    void packagesDependOneWay() {
        slices().matching("io.mirror.(sockmux..)").should().beFreeOfCycles().check(ALL);
        noClasses()
                .that()
                .resideInAPackage("io.mirror.sockmux.forward..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.sockmux", "io.netty.channel..")
                .check(ALL);
    }

    @Test
    @Tag("S-SSRF-5")
    void theListOfTargetsGuardsEveryDestination() {
        classes()
                .that()
                .haveSimpleName("Names")
                .should()
                .callMethod(TargetList.class, "resolve", String.class, int.class)
                .check(ALL);
        noClasses()
                .should()
                .callConstructor(InetSocketAddress.class, String.class, int.class)
                .orShould()
                .callMethod(InetAddress.class, "getByName", String.class)
                .orShould()
                .callMethod(InetAddress.class, "getAllByName", String.class)
                .because("names of destinations lead where the list says")
                .check(ALL);
    }

    @Test
    @Tag("S-CMD-4")
    void oneClassMayStartProcesses() {
        noClasses()
                .that()
                .doNotHaveSimpleName("CommandCarrier")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Runtime")
                .check(ALL);
    }
}
