package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An error of the machine costs one connection: its client hears of it at once, and the others are served. */
@Tag("S-MEM-5")
class WorkerErrorTest {

    @Test
    void anErrorEndsItsConnectionAndNoOther() throws Exception {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        try (MemoryStore memory = new MemoryStore(1 << 20);
                ScspNode node = ScspNode.builder("baker", failing(memory, exhausted))
                        .context("example.com/photos")
                        .start();
                ScspClient client = ScspClient.builder().build()) {
            HostPort address = new HostPort("127.0.0.1", node.port());
            ScspRequest request = ScspRequest.of("GET", "/photos/a?domain=example.com");
            assertThatThrownBy(() -> client.call(address, request))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ended");
            exhausted.set(false);
            try (ScspAnswer answer = client.call(address, request)) {
                assertThat(answer.status()).isEqualTo(404);
            }
        }
    }

    private static ObjectStore failing(ObjectStore store, AtomicBoolean exhausted) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("open") && exhausted.get()) {
                        throw new OutOfMemoryError("injected");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
