import { DraftField } from "#dashboard/ui/draft-field.tsx";
import {
  MAXIMUM_COVARIATE_ATTRIBUTES,
  MAXIMUM_KEPT_ATTRIBUTES,
  MAXIMUM_STRATA,
} from "#model/unit/adjustment.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";

/** A fault of a list is at the list, or at one of its entries. */
function pointersOf(list: string, entries: number): string[] {
  return [list, ...Array.from({ length: entries }, (_, index) => `${list}/${index}`)];
}

/** What is known of units from the attributes of their assignment: strata, covariates and segments. */
export function AttributeFields(props: { form: ExperimentForm }) {
  return (
    <section>
      <h3>Attributes of units</h3>
      <div class="form-fields">
        <DraftField
          form={props.form}
          pointer="/adjustFor/attribute"
          issuesAt={["/adjustFor/strata/attribute", "/adjustFor/strata", "/adjustFor"]}
          label="Strata attribute"
          placeholder="None"
          help="An attribute your app sends with the assignment, such as task. Variants are compared within its values, which needs fewer units."
        />
        <DraftField
          form={props.form}
          pointer="/adjustFor/values"
          issuesAt={pointersOf("/adjustFor/strata/values", MAXIMUM_STRATA)}
          label="Strata values"
          placeholder="code, math, writing"
          help={`Up to ${MAXIMUM_STRATA}, with commas between them. All others form one more stratum.`}
        />
        <DraftField
          form={props.form}
          pointer="/adjustFor/covariates"
          issuesAt={pointersOf("/adjustFor/covariates", MAXIMUM_COVARIATE_ATTRIBUTES)}
          label="Numeric covariates"
          placeholder="None"
          help="Numeric attributes, such as promptLength, with commas between them. They must not depend on the variant."
        />
        <DraftField
          form={props.form}
          pointer="/attributes"
          issuesAt={pointersOf("/attributes", MAXIMUM_KEPT_ATTRIBUTES)}
          label="Attributes to keep for segments"
          placeholder="None"
          help="Stored with a unit's first exposure, to break results down by. Keep none that say who somebody is."
        />
      </div>
    </section>
  );
}
