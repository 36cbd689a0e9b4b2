package io.attx.it.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** The rules about structure that a reader may rely on; each of them fails the build. */
@AnalyzeClasses(packages = "io.attx", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] PURE = {
    "io.attx",
    "io.attx.protocol",
    "io.attx.dirty",
    "io.attx.undolog",
    "io.attx.undolog.codec",
    "io.attx.datasource.sql",
    "io.attx.coordinator.state",
    "io.attx.coordinator.lock"
  };

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices()
          .matching("io.attx.(**)")
          .should()
          .beFreeOfCycles()
          .because("a reader must be able to understand one package after the other");

  @ArchTest
  static final ArchRule pure_packages_see_no_io =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.sql..", "javax.sql..", "java.net..", "java.nio.file..", "io.netty..")
                  .and(
                      DescribedPredicate.not(
                          DescribedPredicate.describe(
                              "java.sql.Types or JDBCType",
                              type ->
                                  type.getName().equals("java.sql.Types")
                                      || type.getName().equals("java.sql.JDBCType")))));

  @ArchTest
  static final ArchRule pure_packages_have_no_threads_and_no_clock =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.lang\\.Thread|java\\.util\\.concurrent\\.(Executor.*|.*Executor|locks\\..*)"
                  + "|java\\.time\\.Clock")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule nobody_sleeps_or_reads_the_wall_clock =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .because("time is injected, and waiting is for conditions");

  @ArchTest
  static final ArchRule no_mutable_statics =
      fields()
          .that(modifier(STATIC))
          .and(DescribedPredicate.describe("are written by people", ArchitectureTest::isWritten))
          .should(
              com.tngtech.archunit.lang.ArchCondition.from(
                  DescribedPredicate.describe(
                      "be final", (JavaField field) -> field.getModifiers().contains(FINAL))));

  @ArchTest
  static final ArchRule a_dialect_is_referenced_only_from_itself =
      classes()
          .that()
          .resideInAPackage("io.attx.datasource.dialect.*..")
          .should()
          .onlyHaveDependentClassesThat(resideInAnyPackage("io.attx.datasource.dialect.*.."));

  @ArchTest
  static final ArchRule the_coordinator_knows_nothing_of_at =
      noClasses()
          .that()
          .resideInAPackage("io.attx.coordinator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.attx.undolog..", "io.attx.datasource..", "java.sql..");

  @ArchTest
  static final ArchRule nothing_is_deserialised_by_reflection =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream")
          .orShould()
          .callMethod(Class.class, "forName", String.class)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nobody_prints_stack_traces =
      noClasses().should().callMethod(Throwable.class, "printStackTrace");

  @ArchTest
  static final ArchRule only_the_command_lines_and_examples_print =
      noClasses()
          .that(
              resideOutsideOfPackages(
                  "io.attx.coordinator.cli..", "io.attx.examples..", "io.attx.benchmarks.."))
          .should()
          .accessField(System.class, "out");

  @ArchTest
  static void every_package_is_described_and_null_marked(JavaClasses classes) {
    List<String> undescribed =
        classes.stream()
            .map(type -> type.getPackage())
            .distinct()
            .filter(pack -> !isDescribed(pack))
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    assertThat(undescribed).as("packages without a @NullMarked package-info").isEmpty();
  }

  private static boolean isDescribed(JavaPackage pack) {
    return pack.tryGetPackageInfo()
        .map(info -> info.isAnnotatedWith(NullMarked.class))
        .orElse(false);
  }

  private static boolean isWritten(JavaField field) {
    return !field.getName().startsWith("$");
  }
}
