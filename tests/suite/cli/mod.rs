mod arguments;
