package io.attx.spring.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.spring.annotation.GlobalTransactional;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GlobalTransactionAttributeSourceTest {

  private final GlobalTransactionAttributeSource source = new GlobalTransactionAttributeSource();

  @Test
  void theMethodSpeaksBeforeItsClass() throws NoSuchMethodException {
    GlobalTransactionAttribute attribute = find(OnTheClass.class, "special");

    assertThat(attribute.name()).isEqualTo("special-name");
    assertThat(attribute.timeout()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void theClassSpeaksForItsOtherMethodsWhichAreNamedAfterThemselves() throws NoSuchMethodException {
    GlobalTransactionAttribute attribute = find(OnTheClass.class, "ordinary");

    assertThat(attribute.name()).isEqualTo("OnTheClass.ordinary");
    assertThat(attribute.timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void anAnnotatedInterfaceMethodCounts() throws NoSuchMethodException {
    assertThat(find(Implementation.class, "work").timeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void methodsOfObjectAndMethodsWithoutAnnotationAreLeftAlone() throws NoSuchMethodException {
    assertThat(source.find(Object.class.getMethod("toString"), OnTheClass.class)).isNull();
    assertThat(source.find(Plain.class.getMethod("work"), Plain.class)).isNull();
  }

  @Test
  void aMethodThatReturnsBeforeItsWorkIsDoneIsRefused() {
    assertThatThrownBy(() -> find(Plain.class, "later"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("later")
        .hasMessageContaining("CompletableFuture")
        .hasMessageContaining("before the work is done");
  }

  @Test
  void aTimeoutThatIsNoneIsRefusedWithItsText() {
    assertThatThrownBy(() -> find(Plain.class, "badTimeout")).hasMessageContaining("'soon'");
    assertThatThrownBy(() -> find(Plain.class, "zeroTimeout")).hasMessageContaining("'0'");
  }

  private GlobalTransactionAttribute find(Class<?> type, String method)
      throws NoSuchMethodException {
    GlobalTransactionAttribute attribute = source.find(type.getMethod(method), type);
    assertThat(attribute).isNotNull();
    return attribute;
  }

  @GlobalTransactional(timeout = "5")
  static class OnTheClass {
    @GlobalTransactional(name = "special-name", timeout = "PT2M")
    public void special() {}

    public void ordinary() {}
  }

  interface Contract {
    @GlobalTransactional(timeout = "7s")
    void work();
  }

  static class Implementation implements Contract {
    @Override
    public void work() {}
  }

  static class Plain {
    public void work() {}

    @GlobalTransactional
    public CompletableFuture<String> later() {
      return CompletableFuture.completedFuture("");
    }

    @GlobalTransactional(timeout = "soon")
    public void badTimeout() {}

    @GlobalTransactional(timeout = "0")
    public void zeroTimeout() {}
  }
}
