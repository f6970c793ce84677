/** Journals and objects: values, frames and logins. */
package io.mirror.benchmarks.replica;
