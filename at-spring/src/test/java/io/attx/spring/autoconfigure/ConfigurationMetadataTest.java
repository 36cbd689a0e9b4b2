package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.ClassUtils;

/** What editors and readers are told of the properties is what the application reads. */
class ConfigurationMetadataTest {

  private static final String FILE = "META-INF/spring-configuration-metadata.json";

  private final Map<String, RecordComponent> real = new TreeMap<>();

  ConfigurationMetadataTest() {
    collect("attx", AttxProperties.class);
    collect("attx", AttxDataSourceProperties.class);
  }

  @Test
  void everyPropertyIsDescribedAndNoOther() throws IOException {
    assertThat(described().keySet()).containsExactlyElementsOf(real.keySet());
    described()
        .forEach(
            (name, property) -> {
              assertThat((String) property.get("description")).as(name).endsWith(".");
              assertThat(ClassUtils.isPresent((String) property.get("sourceType"), null))
                  .as(name)
                  .isTrue();
            });
  }

  @Test
  void typesAndDefaultsAreThoseOfTheCode() throws IOException {
    described()
        .forEach(
            (name, property) -> {
              RecordComponent component = real.get(name);
              assertThat(((String) property.get("type")).replace(",", ", "))
                  .as(name)
                  .isEqualTo(typeOf(component));
              assertThat(textOf(property.get("defaultValue")))
                  .as(name)
                  .isEqualTo(defaultOf(component));
            });
  }

  @Test
  void everyPropertyIsInTheTableOfTheReadme() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));

    assertThat(real.keySet()).allSatisfy(name -> assertThat(readme).contains("`" + name));
  }

  private void collect(String prefix, Class<?> type) {
    for (RecordComponent each : type.getRecordComponents()) {
      // The annotations of the binder are on the parameters of the constructor.
      Name other = parameterAnnotation(each, Name.class);
      String name = prefix + "." + (other == null ? dashed(each.getName()) : other.value());
      if (each.getType().isRecord()) {
        collect(name, each.getType());
      } else {
        real.put(name, each);
      }
    }
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }

  private static String typeOf(RecordComponent component) {
    return component.getType().isPrimitive()
        ? ClassUtils.resolvePrimitiveIfNecessary(component.getType()).getName()
        : component.getGenericType().getTypeName();
  }

  private static String defaultOf(RecordComponent component) {
    DefaultValue value = parameterAnnotation(component, DefaultValue.class);
    return value == null ? "" : String.join(",", value.value());
  }

  private static <A extends java.lang.annotation.Annotation> A parameterAnnotation(
      RecordComponent component, Class<A> type) {
    RecordComponent[] all = component.getDeclaringRecord().getRecordComponents();
    var parameters = component.getDeclaringRecord().getDeclaredConstructors()[0].getParameters();
    for (int i = 0; i < all.length; i++) {
      if (all[i].getName().equals(component.getName())) {
        return parameters[i].getAnnotation(type);
      }
    }
    return null;
  }

  private static String textOf(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return value == null ? "" : String.valueOf(value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> described() throws IOException {
    Map<String, Map<String, Object>> found = new TreeMap<>();
    for (URL each :
        Collections.list(ConfigurationMetadataTest.class.getClassLoader().getResources(FILE))) {
      try (InputStream in = each.openStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!text.contains("\"attx.enabled\"")) {
          continue;
        }
        Map<String, Object> json = JsonParserFactory.getJsonParser().parseMap(text);
        for (Object property : (List<Object>) json.get("properties")) {
          Map<String, Object> one = (Map<String, Object>) property;
          // Beside ours, the file names a setting of the actuator that has no class.
          if (((String) one.get("name")).startsWith("attx.")) {
            found.put((String) one.get("name"), one);
          }
        }
      }
    }
    return found;
  }
}
