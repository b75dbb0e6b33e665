export interface TextInput extends AsyncDisposable {
  readonly messages: AsyncIterable<
    { readonly type: 'text'; readonly text: string; readonly from?: string } | { readonly type: 'dtmf'; readonly digit: string }
  >;
}
