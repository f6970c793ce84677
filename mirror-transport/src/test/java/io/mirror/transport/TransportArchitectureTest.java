package io.mirror.transport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mirror.core.access.Secret;
import io.mirror.transport.access.TargetList;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the classes of this module, and those below it, may touch. */
class TransportArchitectureTest {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.core", "io.mirror.codec", "io.mirror.transport");
    private static final JavaClasses TRANSPORT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.transport");

    @Test
    void modulesDependInOneDirection() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.codec..", "io.mirror.transport..", "io.netty..", "org.conscrypt..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("io.mirror.codec..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.mirror.transport..", "io.netty.channel..", "io.netty.handler..", "org.conscrypt..")
                .check(ALL);
    }

    @Test
    void packagesOfTheTransportDependInOneDirection() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.transport.internal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.transport", "io.mirror.transport.access", "io.mirror.transport.dhtp..")
                .check(TRANSPORT);
        noClasses()
                .that()
                .resideInAPackage("io.mirror.transport")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.transport.access", "io.mirror.transport.dhtp..")
                .check(TRANSPORT);
        noClasses()
                .that()
                .resideInAPackage("io.mirror.transport.access")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.mirror.transport.dhtp..")
                .check(TRANSPORT);
    }

    @Test
    @Tag("S-SSRF-5")
    void theListOfTargetsGuardsLinksThatSomebodyElseHasNamed() {
        classes()
                .that()
                .haveSimpleName("MirrorSettings")
                .or()
                .haveSimpleName("SlaveConnector")
                .should()
                .callMethod(TargetList.class, "resolve", String.class, int.class)
                .check(TRANSPORT);
    }

    /** Other protocols run over these packages too. */
    @Test
    void carriersKnowNoProtocol() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.mirror.transport.websocket",
                        "io.mirror.transport.internal.http",
                        "io.mirror.transport.internal.net",
                        "io.mirror.transport.internal.websocket")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.codec.dhtp..", "io.mirror.core.link..", "io.mirror.core.hub..")
                .check(TRANSPORT);
        noClasses()
                .that()
                .resideInAnyPackage("io.mirror.transport.internal.net", "io.mirror.transport.internal.http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.transport.websocket", "io.mirror.transport.internal.websocket")
                .check(TRANSPORT);
    }

    @Test
    void onlyOnePackageKnowsConscrypt() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.mirror.transport.internal.conscrypt")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.conscrypt..")
                .check(ALL);
    }

    @Test
    void accessRulesNeedNoNettyInTheirApi() {
        classes()
                .that()
                .resideInAPackage("io.mirror.transport.access")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.mirror.core..",
                        "io.mirror.codec..",
                        "io.mirror.transport..",
                        "io.netty.util",
                        "java..",
                        "org.jspecify..")
                .check(TRANSPORT);
    }

    @Test
    void nothingOfTheJvmIsChangedForOthers() {
        noClasses()
                .should()
                .callMethod(Security.class, "addProvider", Provider.class)
                .orShould()
                .callMethod(Security.class, "insertProviderAt", Provider.class, int.class)
                .orShould()
                .callMethod(Security.class, "setProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "setProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(ALL);
    }

    @Test
    @Tag("S-SEC-4")
    void secretsAreTakenOutOnlyWhereTheyAreNeededAndNeverComparedByEquals() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.mirror.core.access.Secret")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.dhtp.CommandWriter")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.dhtp.PasswordObfuscation")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.http.BasicCredentials")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.http.DigestComputation")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.sockmux.MuxEncoder")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.sockmux.Obfuscation")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.codec.zabbix.MessageWriter")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.transport.PskKey")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.transport.PemFile")
                .and()
                .doNotHaveFullyQualifiedName("io.mirror.transport.TlsIdentity")
                .should()
                .callMethod(Secret.class, "copyChars")
                .orShould()
                .callMethod(Secret.class, "copyUtf8")
                .check(ALL);
        noClasses()
                .should()
                .callMethod(Arrays.class, "equals", char[].class, char[].class)
                .check(ALL);
        noClasses()
                .that()
                .haveFullyQualifiedName("io.mirror.core.access.Secret")
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .check(ALL);
    }

    @Test
    @Tag("S-FS-8")
    void nothingRunsWhatArrives() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.script..", "java.lang.reflect..", "java.beans..", "java.rmi..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .check(ALL);
    }

    @Test
    void logsGoToTheLoggerOfTheSystem() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..", "io.netty.util.internal.logging..")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.mirror.transport..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(System.Logger.class)
                .check(ALL);
    }

    @Test
    void nothingSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .check(ALL);
    }
}
