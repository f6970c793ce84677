/** Small programs to copy from, one for each use. */
package io.mirror.examples;
