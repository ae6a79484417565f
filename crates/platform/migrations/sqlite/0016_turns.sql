-- Whose turn it is in a queue, without looking at everybody who waits.
CREATE INDEX platform_deliveries_turn ON platform_deliveries (sink, due_at, id)
    WHERE state = 'pending';
