package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;

/** Takes the parts of one request in their order, on the thread that reads. */
public interface RequestListener {

    /**
     * Takes the head.
     *
     * @param head the request line and headers
     */
    void onHead(RequestHead head);

    /**
     * Takes the key line.
     *
     * @param key its bytes without the line end; the receiver of this call overwrites them after use
     */
    void onKey(byte[] key);

    /**
     * Announces a batch.
     *
     * @param length bytes of data that follow
     */
    void onBatch(long length);

    /**
     * Announces a blob.
     *
     * @param path its path as received, to be checked with {@link BlobPath}
     * @param length bytes of data that follow, or -1 for everything to the end of the stream
     */
    void onBlob(String path, long length);

    /**
     * Takes data of the batch or blob.
     *
     * @param data the next bytes, valid during this call only; may be read, must not be released
     */
    void onData(ByteBuf data);

    /**
     * Takes the byte behind the data.
     *
     * @param mark the byte, {@link RequestWriter#MARK} from a sender in order
     */
    void onMark(byte mark);

    /**
     * Tells of bytes behind the end of the request, which no original sender sends.
     *
     * @param count how many were skipped now
     */
    void onSurplus(int count);
}
