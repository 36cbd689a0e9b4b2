package io.attx.dataaccess;

import io.attx.spring.annotation.GlobalTransactional;

/** The entry of a service. */
public class Runner {

  /** Does the work and then something else that may fail. */
  @GlobalTransactional
  public void run(Runnable work, Runnable then) {
    work.run();
    then.run();
  }
}
