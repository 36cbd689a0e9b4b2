/**
 * The public API of a client: begin, commit and roll back global transactions, join one that
 * arrived from elsewhere, and the contract between the client and a resource manager.
 */
@NullMarked
package io.attx.client;

import org.jspecify.annotations.NullMarked;
