/** What the suites share: databases with faults, a network with faults, a world of processes. */
package io.attx.it.support;
