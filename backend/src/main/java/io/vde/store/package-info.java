/**
 * The two documented contracts that every storage engine fulfils, {@link io.vde.store.ImageStore}
 * and {@link io.vde.store.SessionStore}, and their records. Knows no other room; the engines in the
 * packages below are chosen by {@code vde.store} in {@link io.vde.store.Stores} and imported
 * nowhere else.
 */
package io.vde.store;
