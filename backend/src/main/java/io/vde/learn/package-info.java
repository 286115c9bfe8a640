/**
 * Teaching: methods that fit a classifier from a query and labels, the session service that keeps
 * logs and replays them, and the choice of the next page.
 */
package io.vde.learn;
