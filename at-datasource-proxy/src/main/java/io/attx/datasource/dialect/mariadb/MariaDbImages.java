package io.attx.datasource.dialect.mariadb;

import io.attx.datasource.dialect.ImageSupport;
import io.attx.datasource.dialect.mysql.MySqlImages;

/** MySQL's images and the types that only MariaDB has; its JSON is a LONGTEXT. */
final class MariaDbImages extends MySqlImages {
  private static final ImageSupport SUPPORT =
      new ImageSupport(false, false, true, false, true, false);

  @Override
  public ImageSupport support() {
    return SUPPORT;
  }

  @Override
  protected Kind classify(String word, String type) {
    return switch (word) {
      case "uuid", "inet4", "inet6" -> Kind.AS_CHAR;
      default -> super.classify(word, type);
    };
  }
}
