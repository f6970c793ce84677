/** The {@code mirror} command. */
package io.mirror.examples.command;
