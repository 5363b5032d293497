package dev.mfr.onnx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.mfr.onnx");

  @Test
  void dependencies_donotReachTheOtherNativeModule() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..", "dev.mfr.landmarks..")
        .check(CLASSES);
  }

  @Test
  void publicSignatures_donotMentionOnnxRuntime() {
    Set<String> mentioned = new HashSet<>();
    int units = 0;
    for (JavaClass type : CLASSES) {
      if (!type.getModifiers().contains(JavaModifier.PUBLIC)) {
        continue;
      }
      List<JavaType> types = new ArrayList<>();
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        if (unit.getModifiers().contains(JavaModifier.PUBLIC)
            || unit.getModifiers().contains(JavaModifier.PROTECTED)) {
          units++;
          types.add(unit.getReturnType());
          types.addAll(unit.getParameterTypes());
          types.addAll(unit.getExceptionTypes());
        }
      }
      type.getFields().stream()
          .filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC))
          .forEach(field -> types.add(field.getType()));
      for (JavaType used : types) {
        used.getAllInvolvedRawTypes().forEach(raw -> mentioned.add(raw.getName()));
      }
    }
    assertThat(units).isGreaterThan(30);
    assertThat(mentioned).noneMatch(name -> name.startsWith("ai.onnxruntime"));
  }
}
