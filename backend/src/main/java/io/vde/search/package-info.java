/** The one way from a query to the store: terms become one unit vector, the vector becomes hits. */
package io.vde.search;
