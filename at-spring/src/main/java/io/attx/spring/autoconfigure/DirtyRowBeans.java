package io.attx.spring.autoconfigure;

import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.dirty.DirtyRowEvent;
import io.attx.datasource.dirty.DirtyRowHandler;
import io.attx.datasource.dirty.DirtyRowListener;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The application's beans that deal with dirty rows. They are made when they are first needed,
 * because they may need the data source themselves.
 *
 * @param beans where they are
 */
record DirtyRowBeans(ListableBeanFactory beans) implements DirtyRowListener {

  /** Handlers under the names of their beans, and all listeners. */
  void addTo(AtDataSourceOptions.Builder options) {
    for (String name : beans.getBeanNamesForType(DirtyRowHandler.class, true, false)) {
      options.dirtyRowHandler(name, row -> beans.getBean(name, DirtyRowHandler.class).decide(row));
    }
    if (beans.getBeanNamesForType(DirtyRowListener.class, true, false).length > 0) {
      options.dirtyRowListener(this);
    }
  }

  /** Tells all of them, also when one fails. */
  @Override
  public void onDirtyRow(DirtyRowEvent event) {
    RuntimeException first = null;
    for (DirtyRowListener each :
        beans.getBeanProvider(DirtyRowListener.class).orderedStream().toList()) {
      try {
        each.onDirtyRow(event);
      } catch (RuntimeException failure) {
        first = add(first, failure);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static RuntimeException add(@Nullable RuntimeException first, RuntimeException failure) {
    if (first == null) {
      return failure;
    }
    first.addSuppressed(failure);
    return first;
  }
}
