/** What the packages of this module share and nobody else sees. */
package io.mirror.core.internal;
