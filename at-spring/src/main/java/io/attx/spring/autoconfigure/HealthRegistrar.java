package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Registers the health indicator {@code attx}: up while a session with a coordinator is open. The
 * interface has one package in Spring Boot 3 and another in 4, so that it is named by text and
 * implemented by a proxy. {@code management.health.attx.enabled=false} leaves it out.
 */
final class HealthRegistrar implements ImportBeanDefinitionRegistrar {

  private static final List<String> PACKAGES =
      List.of(
          "org.springframework.boot.health.contributor", "org.springframework.boot.actuate.health");

  private final BeanFactory beans;
  private final ClassLoader loader;
  private final Environment environment;

  HealthRegistrar(BeanFactory beans, ClassLoader loader, Environment environment) {
    this.beans = beans;
    this.loader = loader;
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
    boolean byDefault =
        environment.getProperty("management.health.defaults.enabled", Boolean.class, true);
    if (!environment.getProperty("management.health.attx.enabled", Boolean.class, byDefault)) {
      return;
    }
    for (String each : PACKAGES) {
      if (ClassUtils.isPresent(each + ".HealthIndicator", loader)) {
        Class<?> type = ClassUtils.resolveClassName(each + ".HealthIndicator", loader);
        Class<?> builder = ClassUtils.resolveClassName(each + ".Health$Builder", loader);
        registry.registerBeanDefinition("attxHealthIndicator", definition(type, builder));
        return;
      }
    }
  }

  private <T> BeanDefinition definition(Class<T> type, Class<?> builder) {
    InvocationHandler handler = new Indicator(builder, beans);
    return BeanDefinitionBuilder.genericBeanDefinition(
            type, () -> type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler)))
        .getBeanDefinition();
  }

  private record Indicator(Class<?> builder, BeanFactory beans) implements InvocationHandler {

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      if (method.isDefault()) {
        return InvocationHandler.invokeDefault(proxy, method, arguments);
      }
      return switch (method.getName()) {
        case "health" -> health();
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> arguments != null && proxy == arguments[0];
        default -> "the health indicator of attx";
      };
    }

    private @Nullable Object health() throws ReflectiveOperationException {
      boolean connected = beans.getBean(AtClient.class).isConnected();
      Object health = builder.getDeclaredConstructor().newInstance();
      call(health, connected ? "up" : "down");
      Method detail = builder.getMethod("withDetail", String.class, Object.class);
      ReflectionUtils.invokeMethod(
          detail, health, "coordinator", connected ? "connected" : "not reachable");
      return call(health, "build");
    }

    private @Nullable Object call(Object health, String method) throws NoSuchMethodException {
      return ReflectionUtils.invokeMethod(builder.getMethod(method), health);
    }
  }
}
