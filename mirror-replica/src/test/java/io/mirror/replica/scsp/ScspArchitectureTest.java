package io.mirror.replica.scsp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mirror.transport.access.TargetList;
import io.netty.bootstrap.Bootstrap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What object replication may touch. */
class ScspArchitectureTest {
    private static final JavaClasses SCSP = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mirror.replica.scsp", "io.mirror.codec.http");

    @Test
    void neighboursAreNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.mirror.replica.zabbix..", "io.mirror.replica.journal..")
                .check(SCSP);
    }

    @Test
    void codecOpensNothingAndKnowsNoTime() {
        noClasses()
                .that()
                .resideInAPackage("io.mirror.codec.http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.nio.channels..",
                        "java.time..",
                        "java.util.concurrent..",
                        "io.netty.channel..")
                .check(SCSP);
    }

    @Test
    void valuesAndRulesNeedNoSocketFileOrThread() {
        noClasses()
                .that(DescribedPredicate.describe(
                        "rules",
                        type -> java.util.Set.of(
                                        "ByteRanges",
                                        "Conditions",
                                        "Lifepoints",
                                        "NonceTable",
                                        "ObjectInfo",
                                        "RequestTarget",
                                        "ScspLimits",
                                        "ScspOutcome",
                                        "ScspText",
                                        "SendResult")
                                .contains(type.getSimpleName())))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..", "java.util.concurrent..", "io.netty.channel..")
                .check(SCSP);
    }

    @Test
    @Tag("S-SSRF-5")
    void onlyThePoolConnectsAndTheListJudges() {
        noClasses()
                .that(DescribedPredicate.describe(
                        "not the pool", type -> !type.getName().startsWith(ConnectionPool.class.getName())))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Bootstrap.class)
                .check(SCSP);
        noClasses()
                .should()
                .callConstructor(InetSocketAddress.class, String.class, int.class)
                .orShould()
                .callMethod(InetAddress.class, "getAllByName", String.class)
                .check(SCSP);
        classes()
                .that()
                .haveSimpleName("SendRequests")
                .or()
                .haveSimpleName("RemoteClusters")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(TargetList.class)
                .check(SCSP);
    }

    @Test
    @Tag("S-SEC-4")
    void secretsAreComparedInConstantTime() {
        noClasses()
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .check(SCSP);
        classes()
                .that()
                .haveSimpleName("NonceTable")
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .check(SCSP);
    }

    @Test
    @Tag("S-LEN-10")
    void nothingIsUnpacked() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.handler.codec.compression..", "java.util.zip..")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("HttpContentDecompressor")
                .orShould()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "readers of objects", type -> type.getSimpleName().equals("ObjectInputStream")))
                .check(SCSP);
    }
}
