/** Keeps the optional dependency on Conscrypt in one place. */
package io.mirror.transport.internal.conscrypt;
