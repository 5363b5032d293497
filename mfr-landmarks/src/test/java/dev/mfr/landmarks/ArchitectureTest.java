package dev.mfr.landmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.mfr.landmarks");

  @Test
  void module_runtime_isReachedThroughThePortOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "dev.mfr.onnx..")
        .check(CLASSES);
  }

  @Test
  void module_openCv_isUsedByTheRootPackageOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.mfr.landmarks.*..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void publicSignatures_all_namePlainJavaOnly() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (!type.getModifiers().contains(JavaModifier.PUBLIC)) {
        continue;
      }
      type.getCodeUnits().stream()
          .filter(
              unit ->
                  unit.getModifiers().contains(JavaModifier.PUBLIC)
                      || unit.getModifiers().contains(JavaModifier.PROTECTED))
          .filter(
              unit ->
                  isNative(unit.getRawReturnType())
                      || unit.getRawParameterTypes().stream().anyMatch(ArchitectureTest::isNative)
                      || unit.getThrowsClause().stream().anyMatch(t -> isNative(t.getRawType())))
          .forEach(unit -> wrong.add(unit.getFullName()));
      type.getFields().stream()
          .filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC))
          .filter(field -> isNative(field.getRawType()))
          .forEach(field -> wrong.add(field.getFullName()));
    }
    assertThat(CLASSES).isNotEmpty();
    assertThat(wrong).isEmpty();
  }

  private static boolean isNative(JavaClass type) {
    return type.getPackageName().startsWith("org.bytedeco");
  }
}
