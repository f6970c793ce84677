/** Numbers as text, without allocation and independent of locale and JDK version. */
package io.mirror.codec.internal.number;
