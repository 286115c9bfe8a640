package io.vde.hub;

/**
 * How far a download is.
 *
 * @param repository {@code owner/name}
 * @param bytes that are on the disk
 * @param total bytes that will be; 0 while that is not known. May grow, as files that have come say
 *     what else is needed
 */
public record DownloadProgress(String repository, long bytes, long total) {}
