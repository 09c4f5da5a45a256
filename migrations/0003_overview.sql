-- What lists and overviews read of a decision without opening its evidence.
ALTER TABLE decision ADD COLUMN units INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN last_event_at INTEGER;
-- 1 when it changed something, or when it is the first hold after a decision that was none.
ALTER TABLE decision ADD COLUMN is_notable INTEGER NOT NULL DEFAULT 0;

UPDATE decision SET
  (units, events, last_event_at) = (
    SELECT
      coalesce(snapshot.analysis ->> '$.units', 0),
      coalesce(snapshot.analysis ->> '$.events', 0),
      (SELECT MAX(period.value ->> '$.lastEventAt') FROM json_each(snapshot.periods) AS period)
    FROM snapshot
    WHERE snapshot.experiment = decision.experiment AND snapshot.taken_at = decision.taken_at
  )
WHERE EXISTS (
  SELECT 1 FROM snapshot
  WHERE snapshot.experiment = decision.experiment AND snapshot.taken_at = decision.taken_at
);

UPDATE decision SET is_notable = 1
WHERE decision ->> '$.action' IN ('promote', 'rollback', 'stop')
  OR (
    decision ->> '$.action' = 'hold'
    AND (
      SELECT earlier.decision ->> '$.action' FROM decision AS earlier
      WHERE earlier.experiment = decision.experiment AND earlier.taken_at < decision.taken_at
      ORDER BY earlier.taken_at DESC LIMIT 1
    ) IS NOT 'hold'
  );

CREATE INDEX decision_notable ON decision (taken_at) WHERE is_notable = 1;
CREATE INDEX decision_notable_of_experiment ON decision (experiment, taken_at) WHERE is_notable = 1;
CREATE INDEX experiment_status ON experiment (status);

-- Histories of one object.
CREATE INDEX audit_subject ON audit (subject, id);

-- The list shows less of the newest analysis than it used to: everybody's is told anew from the newest snapshot.
UPDATE experiment SET latest = (
  SELECT json_object(
    'takenAt', newest.taken_at,
    'units', newest.analysis -> '$.units',
    'action', newest.decision ->> '$.action',
    'reason', newest.decision ->> '$.reason.code',
    'summary', (
      SELECT summary FROM decision
      WHERE decision.experiment = newest.experiment AND decision.taken_at = newest.taken_at
    ),
    'guardrails', (
      SELECT json_object(
        'safe', COUNT(*) FILTER (WHERE guardrail.value ->> '$.verdict' = 'safe'),
        'unclear', COUNT(*) FILTER (WHERE guardrail.value ->> '$.verdict' = 'unclear'),
        'harmed', COUNT(*) FILTER (WHERE guardrail.value ->> '$.verdict' = 'harmed')
      )
      FROM json_each(newest.guardrails) AS guardrail
    ),
    'primary', (
      SELECT json_object(
        'metric', json_object(
          'key', metric.value ->> '$.metric',
          'name', metric.value ->> '$.definition.name',
          'type', metric.value ->> '$.definition.type',
          'direction', metric.value ->> '$.definition.direction',
          'unit', metric.value ->> '$.definition.unit'
        ),
        'comparisons', (
          SELECT json_group_array(json_object(
            'variant', comparison.value ->> '$.variant',
            'estimate', comparison.value -> '$.difference.estimate',
            'standardError', comparison.value -> '$.difference.standardError',
            'alwaysValid', comparison.value -> '$.difference.alwaysValid.interval'
          ))
          FROM json_each(metric.value, '$.comparisons') AS comparison
        )
      )
      FROM json_each(newest.analysis, '$.metrics') AS metric
      WHERE metric.value ->> '$.role' = 'primary'
      LIMIT 1
    )
  )
  FROM snapshot AS newest
  WHERE newest.experiment = experiment.key
  ORDER BY newest.taken_at DESC LIMIT 1
);
