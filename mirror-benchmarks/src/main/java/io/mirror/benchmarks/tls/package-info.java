/** The record paths of the TLS engines that links can use. */
package io.mirror.benchmarks.tls;
