package io.mirror.replica.zabbix.buffer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the buffer of values and the bridges may touch. */
class PackagesTest {
    private static final JavaClasses ZABBIX = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.replica.zabbix");

    @Test
    void exchangesKnowNeitherFilesNorHubs() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.replica.zabbix.exchange")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.mirror.replica.zabbix.buffer",
                        "io.mirror.replica.zabbix.bridge",
                        "io.mirror.replica.internal.file",
                        "io.mirror.core.hub")
                .check(ZABBIX);
    }

    @Test
    void theBufferKnowsNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.replica.zabbix.buffer")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net..", "io.mirror.replica.zabbix.bridge", "io.mirror.core.hub")
                .check(ZABBIX);
    }

    @Test
    void bridgesOpenNothing() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.replica.zabbix.bridge")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net..", "java.nio..", "io.mirror.replica.zabbix.buffer")
                .check(ZABBIX);
    }
}
