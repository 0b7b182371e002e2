import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.mirror.RemoteClusterUtils;

/** What benches/offsets needs of Kafka's own clients: it fills topics, and times RemoteClusterUtils. */
class OffsetsPeer {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "prepare" -> prepare(args);
            case "pattern" -> pattern(args[1], args[2], args[3]);
            case "single" -> single(args[1], args[2], Arrays.copyOfRange(args, 3, args.length));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** prepare SOURCE TARGET ALIAS TOPIC PARTITIONS GROUPS CHECKPOINTS SYNCS */
    static void prepare(String[] args) throws Exception {
        String source = args[1], target = args[2], alias = args[3], topic = args[4];
        int partitions = Integer.parseInt(args[5]), groups = Integer.parseInt(args[6]);
        long checkpoints = Long.parseLong(args[7]), syncs = Long.parseLong(args[8]);
        long records = 10_000;
        String checkpointsTopic = alias + ".checkpoints.internal", syncsTopic = "mm2-offset-syncs." + alias + ".internal";
        Map<String, String> kept = Map.of("cleanup.policy", "compact", "min.compaction.lag.ms", "86400000");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", source))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", target))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1),
                new NewTopic(checkpointsTopic, 1, (short) 1).configs(kept),
                new NewTopic(syncsTopic, 1, (short) 1).configs(kept))).all().get();
        }
        Thread.sleep(1000);
        for (String cluster : List.of(source, target)) {
            try (Producer<byte[], byte[]> producer = producer(cluster)) {
                for (long at = 0; at < records * partitions; at++) {
                    byte[] value = Long.toString(at).getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord<>(topic, (int) (at % partitions), 1_700_000_000_000L + at, null, value));
                }
            }
        }
        try (Producer<byte[], byte[]> producer = producer(target)) {
            long each = Math.max(1, syncs / partitions);
            for (long at = 0; at < syncs; at++) {
                // Spread over the log; past its end where there are more syncs than records, which only costs more.
                long offset = each <= records ? at / partitions * (records / each) : at / partitions;
                byte[] key = bytes(topic, (int) (at % partitions));
                byte[] value = ByteBuffer.allocate(16).putLong(offset).putLong(offset).array();
                producer.send(new ProducerRecord<>(syncsTopic, 0, key, value));
            }
            for (long at = 0; at < checkpoints; at++) {
                long round = at / ((long) groups * partitions), offset = round * 10 % records;
                String group = group((int) (at / partitions % groups));
                byte[] value = ByteBuffer.allocate(20).putShort((short) 0).putLong(offset).putLong(offset).putShort((short) 0).array();
                producer.send(new ProducerRecord<>(checkpointsTopic, 0, bytes(group, topic, (int) (at % partitions)), value));
            }
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", source))) {
            List<AlterConsumerGroupOffsetsResult> results = new ArrayList<>();
            for (int group = 0; group < groups; group++) {
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                for (int partition = 0; partition < partitions; partition++)
                    offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata((group * 37L + partition) % records));
                results.add(admin.alterConsumerGroupOffsets(group(group), offsets));
                if (results.size() % 200 == 0)
                    for (var result : results.subList(results.size() - 200, results.size())) result.all().get();
            }
            for (var result : results) result.all().get();
        }
    }

    static void pattern(String target, String alias, String groups) throws Exception {
        long began = System.nanoTime();
        var found = RemoteClusterUtils.translateOffsets(
            Map.<String, Object>of("bootstrap.servers", target), alias, Pattern.compile(groups), Duration.ofMinutes(2));
        System.out.printf(Locale.ROOT, "%.4f %d%n", (System.nanoTime() - began) / 1e9, found.size());
    }

    static void single(String target, String alias, String[] groups) throws Exception {
        for (String group : groups) {
            long began = System.nanoTime();
            var found = RemoteClusterUtils.translateOffsets(
                Map.<String, Object>of("bootstrap.servers", target), alias, group, Duration.ofMinutes(2));
            System.out.printf(Locale.ROOT, "%.4f %d%n", (System.nanoTime() - began) / 1e9, found.size());
        }
    }

    static String group(int number) { return String.format("bench-%05d", number); }

    static Producer<byte[], byte[]> producer(String cluster) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", cluster, "linger.ms", "50", "batch.size", "262144",
            "buffer.memory", "67108864"), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Strings, each behind its length, then a number, as Kafka's classic protocol has them. */
    static byte[] bytes(Object... fields) {
        ByteBuffer buffer = ByteBuffer.allocate(512);
        for (Object field : fields) {
            if (field instanceof Integer number) {
                buffer.putInt(number);
            } else {
                byte[] text = field.toString().getBytes(StandardCharsets.UTF_8);
                buffer.putShort((short) text.length).put(text);
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
