import type { SlotSpec } from '../slots/slot-spec.ts';
import type { SlotType } from '../slots/slot-type.ts';
import type { ActionDeclaration } from './declaration.ts';
import type { ActionArgument, DeclaredAction } from './declared-action.ts';

/** Actions with their arguments' types; `formSlots` are those of the form that ends in an action, which declares none itself. */
export function declareActions(
  declarations: readonly ActionDeclaration[],
  typeOf: (spec: SlotSpec) => SlotType,
  formSlots: (declaration: ActionDeclaration) => ReadonlyMap<string, ActionArgument> | undefined = () => undefined,
): readonly DeclaredAction[] {
  return declarations.map((declaration) => ({ declaration, arguments: argumentsOf(declaration, typeOf, formSlots) }));
}

function argumentsOf(
  declaration: ActionDeclaration,
  typeOf: (spec: SlotSpec) => SlotType,
  formSlots: (declaration: ActionDeclaration) => ReadonlyMap<string, ActionArgument> | undefined,
): ReadonlyMap<string, ActionArgument> {
  const { arguments: specs, secret, optional } = declaration;
  const inherited = formSlots(declaration);
  if (specs === undefined) {
    const slots = [...(inherited ?? [])];
    return new Map(
      slots.map(([slot, argument]) => [
        slot,
        { ...argument, secret: argument.secret || secret.includes(slot), optional: argument.optional || optional.includes(slot) },
      ]),
    );
  }
  return new Map(
    Object.entries(specs).map(([slot, spec]) => [
      slot,
      {
        type: typeOf(spec),
        // What a form keeps secret stays so, whatever the action says about it.
        secret: secret.includes(slot) || inherited?.get(slot)?.secret === true,
        optional: optional.includes(slot),
      },
    ]),
  );
}
