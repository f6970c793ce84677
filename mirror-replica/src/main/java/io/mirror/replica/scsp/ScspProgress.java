package io.mirror.replica.scsp;

/**
 * Is told how far the bodies of a client are. Calls come from the threads of the transfers and hold them up while they
 * run.
 */
@FunctionalInterface
public interface ScspProgress {
    /**
     * A piece of a body went out or came in.
     *
     * @param request the request it belongs to
     * @param bytes how many bytes of the body were moved so far in this attempt
     * @param total its length, or -1 if that is not known
     */
    void moved(ScspRequest request, long bytes, long total);
}
