/**
 * Messages by name, each a list of `number name type`. Types: `string`, `int`, `bool`, `bytes`, `Time`, `MicroTime`,
 * `Quantity`, `IntOrString`, or another message; `[]` behind it is a list, `{}` a map of strings to it. `?` marks a
 * pointer of Go, whose zero is a value: without it clients send zeros that nobody wrote. `~` marks a struct that is sent
 * although it is empty. The name `*` stands for fields that JSON has in the message around them.
 */
export type MessageTable = Readonly<Record<string, string>>;

export interface MessageField {
  readonly name: string;
  readonly type: string;
  readonly repeat: 'once' | 'list' | 'map';
  /** A zero of it means that it is absent. */
  readonly dropZero: boolean;
}

/** The fields of one message by their numbers. */
export function parseMessage(text: string): ReadonlyMap<number, MessageField> {
  return new Map(
    text
      .split(', ')
      .filter((field) => field !== '')
      .map((field) => {
        const [number = '', name = '', typeText = ''] = field.split(' ');
        return [Number(number), parseField(name, typeText)];
      }),
  );
}

function parseField(name: string, text: string): MessageField {
  const [, type = '', mark = ''] = /^(\w+)(.*)$/.exec(text) ?? [];
  const repeat = mark === '[]' ? 'list' : mark === '{}' ? 'map' : 'once';
  const isScalar = ['string', 'int', 'bool', 'bytes', 'Time', 'MicroTime'].includes(type);
  return { name, type, repeat, dropZero: repeat === 'once' && (isScalar ? mark !== '?' : mark === '~') };
}
