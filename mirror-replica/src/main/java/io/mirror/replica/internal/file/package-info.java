/** Crash-safe files: a seam over the file system, atomic replacement, and files that notice every changed bit. */
package io.mirror.replica.internal.file;
