package io.mirror.replica.scsp;

/**
 * What another cluster says about an object.
 *
 * @param status of the answer; the rest counts only with 200
 * @param version its version, or the time of its last change
 * @param length its length, -1 if it is not told
 * @param tag its tag in quotes, or empty
 * @param md5 its {@code Content-MD5}, or empty
 */
record RemoteObject(int status, long version, long length, String tag, String md5) {
    static RemoteObject of(ScspAnswer answer) {
        String length = answer.header("content-length").orElse("");
        return new RemoteObject(
                answer.status(),
                answer.header("castor-system-version")
                        .flatMap(ScspText::parseVersion)
                        .or(() -> answer.header("last-modified").flatMap(ScspText::parseDate))
                        .orElse(0L),
                length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1,
                answer.header("etag").orElse(""),
                answer.header("content-md5").orElse(""));
    }

    boolean exists() {
        return status == 200;
    }

    boolean isAtLeast(ObjectInfo info) {
        return info.kind() == ObjectKind.IMMUTABLE || version >= info.version();
    }

    /** Tells whether its content is that of an object here, whose MD5 may be empty (SCSP section 9.1). */
    boolean hasContentOf(ObjectInfo info, String ownMd5) {
        boolean bothHaveMd5 = !md5.isEmpty() && !ownMd5.isEmpty();
        boolean same = bothHaveMd5 ? md5.equals(ownMd5) : tag.equals("\"" + info.etag() + "\"");
        return length == info.length() && same;
    }
}
