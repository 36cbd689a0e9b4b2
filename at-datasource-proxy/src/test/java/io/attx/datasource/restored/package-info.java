/** Random histories that must leave nothing behind when they are rolled back. */
package io.attx.datasource.restored;
