package io.mirror.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.TimeSource;
import java.lang.module.ModuleDescriptor;
import java.util.Set;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "io.mirror.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Set<String> CLOCK_METHODS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.LocalDate.now",
            "java.time.LocalTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system",
            "java.time.Clock.tick",
            "java.time.Clock.instant",
            "java.time.Clock.millis",
            "java.time.InstantSource.system");

    private static final DescribedPredicate<JavaAccess<?>> READ_A_CLOCK = DescribedPredicate.describe(
            "read a clock",
            access -> CLOCK_METHODS.contains(
                    access.getTargetOwner().getName() + "." + access.getTarget().getName()));

    @ArchTest
    static final ArchRule NOTHING_BUT_THE_JDKS_BASE_IS_NEEDED = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.mirror.core..",
                            "java.io..",
                            "java.lang..",
                            "java.math..",
                            "java.nio..",
                            "java.security..",
                            "java.time..",
                            "java.util..",
                            "org.jspecify.annotations..")
                    .or(primitives()));

    private static DescribedPredicate<JavaClass> primitives() {
        return DescribedPredicate.describe(
                "primitives", type -> type.getBaseComponentType().isPrimitive());
    }

    @ArchTest
    static final ArchRule ONLY_TIME_SOURCE_READS_A_CLOCK =
            noClasses().that().doNotBelongToAnyOf(TimeSource.class).should().accessTargetWhere(READ_A_CLOCK);

    @ArchTest
    static final ArchRule RULES_ARE_GIVEN_THE_TIME = noClasses()
            .that()
            .resideOutsideOfPackage("io.mirror.core.hub")
            .should()
            .dependOnClassesThat(resideInAPackage("java.time")
                    .and(DescribedPredicate.describe(
                            "are clocks", type -> type.getName().contains("Clock"))))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(TimeSource.class);

    @ArchTest
    static final ArchRule NO_SOCKETS_AND_FILES = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..", "javax.net..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.File");

    private static final DescribedPredicate<JavaAccess<?>> START_OR_HOLD_UP_A_THREAD =
            DescribedPredicate.describe("start a thread, wait or sleep", access -> {
                String owner = access.getTargetOwner().getName();
                String name = access.getTarget().getName();
                boolean thread = owner.equals("java.lang.Thread")
                        && Set.of("<init>", "start", "sleep", "join", "yield", "onSpinWait")
                                .contains(name);
                boolean waiting = Set.of("wait", "park", "parkNanos", "await").contains(name);
                return thread
                        || waiting
                        || owner.equals("java.util.concurrent.Executors")
                        || owner.equals("java.util.concurrent.ThreadPoolExecutor")
                        || owner.equals("java.util.Timer");
            });

    @ArchTest
    static final ArchRule NO_THREADS_ARE_MADE_AND_NONE_IS_HELD_UP =
            noClasses().should().accessTargetWhere(START_OR_HOLD_UP_A_THREAD);

    @ArchTest
    static final ArchRule A_SESSION_BELONGS_TO_ONE_THREAD = noClasses()
            .that()
            .resideInAnyPackage("io.mirror.core.link", "io.mirror.core.command", "io.mirror.core.point")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.Thread.*|java\\.util\\.concurrent\\.(?!atomic\\.AtomicLong).*");

    @ArchTest
    static final ArchRule NO_LOGGING_AND_NO_CONSOLE = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.System\\$Logger.*|java\\.util\\.logging\\..*")
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.mirror.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule POINTS_KNOW_NOTHING_ELSE = noClasses()
            .that()
            .resideInAPackage("io.mirror.core.point")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.mirror.core.hub", "io.mirror.core.link", "io.mirror.core.command"));

    @ArchTest
    static final ArchRule THE_HUB_KNOWS_NO_LINKS = noClasses()
            .that()
            .resideInAPackage("io.mirror.core.hub")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.mirror.core.link", "io.mirror.core.command"));

    /** Rules over nothing hold always; these classes must be among what is looked at. */
    @Test
    void theRulesLookAtTheWholeModule() {
        JavaClasses imported = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.mirror.core");
        assertThat(imported.size()).isGreaterThan(80);
        assertThat(imported.contain(PointHub.class)).isTrue();
        assertThat(imported.contain("io.mirror.core.link.SlaveSession")).isTrue();
    }

    @Test
    void theModuleRequiresNothingAtRunTime() {
        Module module = PointHub.class.getModule();
        assertThat(module.isNamed()).as("tests run on the module path").isTrue();
        assertThat(module.getDescriptor().requires())
                .filteredOn(requires -> !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsOnly("java.base");
    }
}
