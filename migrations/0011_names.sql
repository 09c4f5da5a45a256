-- One word for one meaning. What is stored keeps its content and gets the names that the API has now.

-- A stretch of constant weights is a phase; what the list shows of the newest analysis is a summary.
ALTER TABLE experiment RENAME COLUMN definitions TO metric_definitions;
ALTER TABLE experiment RENAME COLUMN periods TO phases;
ALTER TABLE experiment RENAME COLUMN latest TO latest_summary;
ALTER TABLE experiment RENAME COLUMN analysed_at TO analyzed_at;
ALTER TABLE snapshot RENAME COLUMN periods TO phases;

-- The unit in which a metric is shown is no unit of randomization.
UPDATE metric SET definition = json_set(json_remove(definition, '$.unit'), '$.displayUnit', coalesce(definition ->> '$.unit', ''))
WHERE definition -> '$.unit' IS NOT NULL;

UPDATE experiment SET metric_definitions = (
  SELECT json_group_array(json_set(json_remove(metric.value, '$.unit'), '$.displayUnit', coalesce(metric.value ->> '$.unit', '')))
  FROM json_each(metric_definitions) AS metric
);

UPDATE experiment SET latest_summary = json_set(
  json_remove(latest_summary, '$.primary.metric.unit'),
  '$.primary.metric.displayUnit', latest_summary ->> '$.primary.metric.unit'
)
WHERE latest_summary -> '$.primary.metric.unit' IS NOT NULL;

UPDATE snapshot SET analysis = json_set(analysis, '$.metrics', (
  SELECT json_group_array(json_set(
    json_remove(metric.value, '$.definition.unit'),
    '$.definition.displayUnit', coalesce(metric.value ->> '$.definition.unit', '')
  ))
  FROM json_each(analysis, '$.metrics') AS metric
));

-- The earlier experiment that covariates are taken from, and how long a phase lasts.
UPDATE experiment SET spec = json_set(json_remove(spec, '$.history'), '$.covariateSource', spec ->> '$.history')
WHERE spec -> '$.history' IS NOT NULL;
UPDATE experiment SET spec = json_set(
  json_remove(spec, '$.allocation.periodSeconds'),
  '$.allocation.phaseSeconds', spec -> '$.allocation.periodSeconds'
)
WHERE spec -> '$.allocation.periodSeconds' IS NOT NULL;

UPDATE snapshot SET analysis = json_set(
  json_remove(analysis, '$.allocation.period'),
  '$.allocation.phase', analysis -> '$.allocation.period'
)
WHERE analysis -> '$.allocation.period' IS NOT NULL;

UPDATE snapshot SET phases = (
  SELECT json_group_array(json_set(
    json_remove(totals.value, '$.crossedOverUnits'),
    '$.multipleExposureUnits', totals.value -> '$.crossedOverUnits'
  ))
  FROM json_each(phases) AS totals
);
UPDATE snapshot SET analysis = json_set(
  json_remove(analysis, '$.crossedOverUnits'),
  '$.multipleExposureUnits', analysis -> '$.crossedOverUnits'
);

-- These stand in quotes of their own, which inside of people's texts are escaped, and no key of a variant or metric holds them.
UPDATE snapshot SET
  analysis = replace(
    replace(analysis, '"too_many_crossed_over"', '"too_many_multiple_exposures"'),
    '"stratified_by_period"', '"stratified_by_phase"'
  ),
  decision = replace(
    replace(
      replace(
        replace(decision, '"crossedOverUnits":', '"multipleExposureUnits":'),
        '"crossoverShare":', '"multipleExposureShare":'
      ),
      '"maximumCrossoverShare":', '"maximumMultipleExposureShare":'
    ),
    '"too_many_crossed_over"', '"too_many_multiple_exposures"'
  );
UPDATE decision SET decision = replace(
  replace(
    replace(
      replace(decision, '"crossedOverUnits":', '"multipleExposureUnits":'),
      '"crossoverShare":', '"multipleExposureShare":'
    ),
    '"maximumCrossoverShare":', '"maximumMultipleExposureShare":'
  ),
  '"too_many_crossed_over"', '"too_many_multiple_exposures"'
);
UPDATE experiment SET
  acceptances = replace(acceptances, '"crossedOverUnits":', '"multipleExposureUnits":'),
  doubts = replace(doubts, '"too_many_crossed_over"', '"too_many_multiple_exposures"'),
  latest_summary = replace(latest_summary, '"too_many_crossed_over"', '"too_many_multiple_exposures"');
UPDATE audit SET action = 'experiment.update_weights' WHERE action = 'experiment.reweigh';
UPDATE audit SET details = replace(details, 'too_many_crossed_over', 'too_many_multiple_exposures')
WHERE action = 'experiment.accept_data';

-- Compiled rulesets are in the old words: the next edge that asks compiles one anew.
DELETE FROM ruleset;
UPDATE ruleset_revision SET revision = revision + 1;
