package io.mirror.replica.zabbix;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mirror.transport.access.TargetList;
import io.netty.bootstrap.Bootstrap;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the monitoring exchange may touch. */
class ZabbixArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.replica.zabbix");

    @Test
    void theExchangesNeedNoClockSocketOrThread() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.replica.zabbix.exchange")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.channel..", "io.netty.handler..", "java.nio.channels..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.concurrent.Executor.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.net.Socket.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Instant.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void theExchangesKnowNothingOfWhoCarriesThemOut() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.replica.zabbix.exchange")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.mirror.replica.zabbix")
                .check(CLASSES);
    }

    @Test
    @Tag("S-SSRF-5")
    void onlyTheConnectorConnectsAndTheListJudges() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Connector")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Bootstrap.class)
                .check(CLASSES);
        classes()
                .that()
                .haveSimpleName("Connector")
                .should()
                .callMethod(TargetList.class, "resolve", String.class, int.class)
                .check(CLASSES);
    }

    @Test
    @Tag("S-CMD-1")
    void nothingOfTheLibraryStartsAProcess() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String.class)
                .because("only a host can allow the commands of a server")
                .check(CLASSES);
    }
}
