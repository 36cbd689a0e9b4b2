package io.attx.spring.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.spring.annotation.GlobalPropagation;
import io.attx.spring.annotation.GlobalTransactional;
import io.attx.spring.transaction.GlobalTransactionDefinition;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GlobalTransactionAttributeSourceTest {

  private final GlobalTransactionAttributeSource source = new GlobalTransactionAttributeSource();

  @Test
  void theMethodSpeaksBeforeItsClass() throws NoSuchMethodException {
    GlobalTransactionDefinition attribute = find(OnTheClass.class, "special");

    assertThat(attribute.name()).isEqualTo("special-name");
    assertThat(attribute.timeout()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void theClassSpeaksForItsOtherMethodsWhichAreNamedAfterThemselves() throws NoSuchMethodException {
    GlobalTransactionDefinition attribute = find(OnTheClass.class, "ordinary");

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
    assertThatThrownBy(() -> find(Plain.class, "badLockTimeout")).hasMessageContaining("'-1s'");
    assertThatThrownBy(() -> find(Plain.class, "badPolicy"))
        .hasMessageContaining("badPolicy")
        .hasMessageContaining("'hope'");
  }

  @Test
  void everyAttributeArrives() throws NoSuchMethodException {
    GlobalTransactionDefinition definition = find(Complete.class, "work");

    assertThat(definition.propagation()).isEqualTo(GlobalPropagation.REQUIRES_NEW);
    assertThat(definition.lockTimeout()).isEqualTo(Duration.ZERO);
    assertThat(definition.dirtyPolicy()).isEqualTo("merge,hold");
    assertThat(definition.rules().rollsBack(new IOException())).isTrue();
    assertThat(definition.rules().rollsBack(new IllegalStateException())).isFalse();
    assertThat(definition.rules().rollsBack(new InterruptedException())).isTrue();
    assertThat(definition.rules().rollsBack(new NumberFormatException())).isFalse();
  }

  @Test
  void anAnnotatedInterfaceSpeaksForItsImplementations() throws NoSuchMethodException {
    assertThat(find(OfAnnotatedInterface.class, "work").timeout()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void anAnnotationOfTheApplicationMayCarryIt() throws NoSuchMethodException {
    assertThat(find(Carried.class, "onMethod").timeout()).isEqualTo(Duration.ofSeconds(11));
    assertThat(find(Carried.class, "byClass").name()).isEqualTo("Carried.byClass");
  }

  @Test
  void aMethodThatNoProxySeesIsRefused() {
    for (String method : new String[] {"closed", "hidden", "shared"}) {
      assertThatThrownBy(
              () -> source.find(Unproxied.class.getDeclaredMethod(method), Unproxied.class))
          .as(method)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(method)
          .hasMessageContaining("never called through a Spring proxy");
    }
  }

  @Test
  void theClassDoesNotMeanItsPrivateAndStaticMethodsNorFinalOnesOfItsBase() throws Exception {
    assertThat(source.find(OnTheClass.class.getDeclaredMethod("own"), OnTheClass.class)).isNull();
    assertThat(source.find(Base.class.getDeclaredMethod("fixed"), OnTheClass.class)).isNull();
    assertThat(source.find(Base.class.getDeclaredMethod("open"), OnTheClass.class)).isNotNull();
  }

  @Test
  void aMethodOutsideOfTransactionsMayReturnBeforeItsWorkIsDone() throws NoSuchMethodException {
    assertThat(find(Plain.class, "laterOutside").propagation())
        .isEqualTo(GlobalPropagation.NOT_SUPPORTED);
  }

  private GlobalTransactionDefinition find(Class<?> type, String method)
      throws NoSuchMethodException {
    GlobalTransactionDefinition attribute = source.find(type.getMethod(method), type);
    assertThat(attribute).isNotNull();
    return attribute;
  }

  @GlobalTransactional(timeout = "5")
  static class OnTheClass extends Base {
    private void own() {}

    @GlobalTransactional(name = "special-name", timeout = "PT2M")
    public void special() {}

    public void ordinary() {}
  }

  static class Base {
    public final void fixed() {}

    public void open() {}
  }

  static class Complete {
    @GlobalTransactional(
        propagation = GlobalPropagation.REQUIRES_NEW,
        lockTimeout = "0",
        dirty = "merge,hold",
        rollbackFor = IOException.class,
        rollbackForClassName = "InterruptedException",
        noRollbackFor = IllegalStateException.class,
        noRollbackForClassName = "java.lang.NumberFormatException")
    public void work() {}
  }

  @GlobalTransactional(timeout = "9")
  interface AnnotatedContract {
    void work();
  }

  static class OfAnnotatedInterface implements AnnotatedContract {
    @Override
    public void work() {}
  }

  @Retention(RetentionPolicy.RUNTIME)
  @GlobalTransactional(timeout = "11")
  @interface Business {}

  @Business
  static class Carried {
    @Business
    public void onMethod() {}

    public void byClass() {}
  }

  static class Unproxied {
    @GlobalTransactional
    public final void closed() {}

    @GlobalTransactional
    private void hidden() {}

    @GlobalTransactional
    public static void shared() {}
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

    @GlobalTransactional(propagation = GlobalPropagation.NOT_SUPPORTED)
    public CompletableFuture<String> laterOutside() {
      return CompletableFuture.completedFuture("");
    }

    @GlobalTransactional(lockTimeout = "-1s")
    public void badLockTimeout() {}

    @GlobalTransactional(dirty = "hope")
    public void badPolicy() {}

    @GlobalTransactional(timeout = "soon")
    public void badTimeout() {}

    @GlobalTransactional(timeout = "0")
    public void zeroTimeout() {}
  }
}
