/**
 * Fetches models from a model hub that speaks Hugging Face's HTTP protocol, into the cache that the
 * Python tools use, and finds them there.
 */
package io.vde.hub;
