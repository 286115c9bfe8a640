/**
 * The JSON API: resources, their request and response records, problem+json, and what guards the
 * service from other web pages. The only room that knows HTTP serving.
 */
package io.vde.api;
