package io.attx.spring.autoconfigure;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/**
 * Registers a bean for each of Spring Boot's customizer interfaces that the class path has. Their
 * packages differ between Spring Boot 3 and 4, so that they are named by text and implemented by
 * proxies; each has one method with one argument, the client or builder to customize.
 */
abstract class CustomizerRegistrar implements ImportBeanDefinitionRegistrar {

  private final BeanFactory beans;
  private final ClassLoader loader;
  private final List<String> types;

  CustomizerRegistrar(BeanFactory beans, ClassLoader loader, String... types) {
    this.beans = beans;
    this.loader = loader;
    this.types = List.of(types);
  }

  /** What is done to a client or builder that is being made. */
  abstract void customize(Object made, BeanFactory beans);

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
    for (String name : types) {
      if (ClassUtils.isPresent(name, loader)) {
        Class<?> type = ClassUtils.resolveClassName(name, loader);
        registry.registerBeanDefinition("attx" + type.getSimpleName(), definition(type));
      }
    }
  }

  private <T> BeanDefinition definition(Class<T> type) {
    InvocationHandler handler = new Customizer(type, made -> customize(made, beans));
    return BeanDefinitionBuilder.genericBeanDefinition(
            type, () -> type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler)))
        .getBeanDefinition();
  }

  private record Customizer(Class<?> type, Consumer<Object> customize)
      implements InvocationHandler {

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
      if (method.getDeclaringClass() != Object.class) {
        if (arguments != null && arguments.length == 1 && arguments[0] != null) {
          customize.accept(arguments[0]);
        }
        return null;
      }
      return switch (method.getName()) {
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> arguments != null && proxy == arguments[0];
        default -> "attx's " + type.getSimpleName();
      };
    }
  }
}
