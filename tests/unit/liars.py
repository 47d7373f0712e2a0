"""Objects that lie about what they are."""


def liar(of_class: str, of_object: str = "", base: str = "object") -> object:
    """An object whose class lies: members of its class's class, and its own, as Python source."""
    source = (
        f"import torch\n"
        f"class Meta(type):\n    {of_class or 'pass'}\n"
        f"class Liar({base}, metaclass=Meta):\n    {of_object or 'pass'}\n"
        f"liar = Liar()\n"
    )
    names: dict[str, object] = {}
    exec(source, names)
    return names["liar"]
