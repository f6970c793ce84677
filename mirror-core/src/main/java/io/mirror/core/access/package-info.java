/**
 * Who may do what: rights, the permissions of a connection, and secrets that do not show themselves.
 *
 * <pre>{@code
 * Permissions readOnly = (right, domain) -> right == Right.CONNECT || right == Right.READ;
 * }</pre>
 */
package io.mirror.core.access;
