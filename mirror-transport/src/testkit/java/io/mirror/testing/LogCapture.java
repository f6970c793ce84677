package io.mirror.testing;

import java.lang.reflect.Proxy;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Collects what a logger of {@code java.util.logging} is given while it is open. By reflection, because this module
 * does not read that one.
 */
public final class LogCapture implements AutoCloseable {

    private final Object logger;
    private final Class<?> filterType;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public LogCapture(String name) {
        try {
            Class<?> loggerType = Class.forName("java.util.logging.Logger");
            filterType = Class.forName("java.util.logging.Filter");
            logger = loggerType.getMethod("getLogger", String.class).invoke(null, name);
            Object filter = Proxy.newProxyInstance(
                    filterType.getClassLoader(), new Class<?>[] {filterType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("isLoggable")) {
                            lines.add(text(arguments[0]));
                            return false;
                        }
                        return method.getName().equals("hashCode") ? 1 : null;
                    });
            set(filter);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns {@code LEVEL message} for each record so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    private static String text(Object entry) throws ReflectiveOperationException {
        Object level = entry.getClass().getMethod("getLevel").invoke(entry);
        String message = (String) entry.getClass().getMethod("getMessage").invoke(entry);
        Object[] parameters =
                (Object[]) entry.getClass().getMethod("getParameters").invoke(entry);
        Object thrown = entry.getClass().getMethod("getThrown").invoke(entry);
        String text =
                parameters == null || parameters.length == 0 ? message : MessageFormat.format(message, parameters);
        return level + " " + text + (thrown == null ? "" : " " + thrown);
    }

    private void set(Object filter) throws ReflectiveOperationException {
        logger.getClass().getMethod("setFilter", filterType).invoke(logger, filter);
    }

    @Override
    public void close() {
        try {
            set(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
