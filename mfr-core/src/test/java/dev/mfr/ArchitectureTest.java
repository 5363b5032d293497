package dev.mfr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.mfr", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Also keeps native types out of this module's signatures. */
  @ArchTest
  static final ArchRule core_knowsNoNativeLibrary =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "org.opencv..", "ai.onnxruntime..");

  @ArchTest
  static final ArchRule core_usesNoJavaSerialization =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream");

  /** Values do not know the pipeline that uses them. */
  @ArchTest
  static final ArchRule values_knowNoHeadsAndNoData =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.mfr.geometry", "dev.mfr.image", "dev.mfr.face", "dev.mfr.inference")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.mfr.head", "dev.mfr.dataset", "dev.mfr.evaluation");

  /** The root package holds the exception that all others extend, so it is left out. */
  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices().matching("dev.mfr.(*)..").should().beFreeOfCycles();
}
