import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.connect.mirror.RemoteClusterUtils;

/** Prints what Kafka's own client translates: group, topic, partition, offset. */
public class Translate {
    public static void main(String[] arguments) {
        Map<String, Object> properties = Map.of(
            "bootstrap.servers", arguments[0],
            "replication.policy.class", "org.apache.kafka.connect.mirror.IdentityReplicationPolicy");
        RemoteClusterUtils
            .translateOffsets(properties, arguments[1], Pattern.compile(arguments[2]), Duration.ofSeconds(30))
            .forEach((group, offsets) -> offsets.forEach((at, offset) ->
                System.out.println(group + " " + at.topic() + " " + at.partition() + " " + offset.offset())));
    }
}
