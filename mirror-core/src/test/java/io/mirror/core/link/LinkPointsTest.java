package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.point.PointName;
import org.junit.jupiter.api.Test;

class LinkPointsTest {
    private final PointHub hub = PointHub.create();
    private final PointQueue queue =
            hub.openQueue(Origin.of("link"), QueueOptions.defaults().withEcho(true), () -> {});
    private final LinkPoints points = new LinkPoints(hub, queue, domain -> domain);

    private LinkPoint meetRegistered(String name) {
        queue.addDomain("d", true, true);
        return points.of(hub.point(name));
    }

    @Test
    void aRegisteredPointIsMetOnce() {
        HubPoint point = hub.point("d:a");
        assertThat(points.find(point)).isNull();
        LinkPoint met = meetRegistered("d:a");
        assertThat(points.find(point)).isSameAs(met);
        assertThat(points.of(point)).isSameAs(met);
        assertThat(points.of(queue.registration(point).orElseThrow())).isSameAs(met);
        assertThat(met.registration).isSameAs(queue.registration(point).orElseThrow());
        assertThat(points.all()).containsExactly(met);
    }

    @Test
    void whatIsMetWithoutARegistrationIsFoundWithOneLater() {
        LinkPoint met = points.of(hub.point("d:a"));
        assertThat(meetRegistered("d:a")).isSameAs(met);
        assertThat(points.of(queue.registration(hub.point("d:a")).orElseThrow()))
                .isSameAs(met);
    }

    @Test
    void aRegistrationThatEndsTakesNothingAlong() {
        LinkPoint met = meetRegistered("d:a");
        LinkPoint other = points.of(hub.point("d:b"));
        points.makeTable();
        queue.removeDomain("d");
        assertThat(points.find(hub.point("d:a"))).isSameAs(met);
        assertThat(meetRegistered("d:a")).isSameAs(met);
        assertThat(points.of(hub.point("d:b"))).isSameAs(other);
        assertThat(points.all()).containsExactly(met, other);
        assertThat(points.memoryBound()).isGreaterThanOrEqualTo(2L * LinkPoint.BYTES);
    }

    /** The removal still waits in the queue when a message about the same name arrives. */
    @Test
    void aRemovedPointIsFoundByItsNameBeforeTheRemovalIsDelivered() {
        LinkPoint met = meetRegistered("d:a");
        assertThat(points.findRemoved(PointName.parse("d:b"))).isNull();
        hub.delete(PointName.parse("d:a"), Origin.HOST);
        assertThat(points.findRemoved(PointName.parse("d:a"))).isSameAs(met);
    }

    @Test
    void whatWasSentOfARemovedPointCountsForItsSuccessor() {
        LinkPoint removed = meetRegistered("d:a");
        SentChanges sent = removed.recordOfSent();
        hub.delete(PointName.parse("d:a"), Origin.HOST);
        LinkPoint successor = points.of(hub.point("d:a"));
        assertThat(successor).isNotSameAs(removed);
        assertThat(successor.sentChanges).isSameAs(sent);
        assertThat(successor.id()).isNotEqualTo(removed.id());
        assertThat(points.standingFor(removed)).isSameAs(successor);
    }

    @Test
    void whatIsForgottenIsNotFound() {
        LinkPoint met = meetRegistered("d:a");
        points.remove(met);
        assertThat(points.find(hub.point("d:a"))).isNull();
        assertThat(points.all()).isEmpty();
    }
}
