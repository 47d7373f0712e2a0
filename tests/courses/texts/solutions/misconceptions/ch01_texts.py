"""Wrong solutions of chapter 1."""


def count_words__once(words):
    """A word counts once.

    Hint: How many words are there in the example, and what do your counts add up to?
    """
    return dict.fromkeys(words, 1)


def count_words__drains(words):
    """The list is there to be used up.

    Hint: What does the caller find in the list after your call?
    """
    counts = {}
    while words:
        word = words.pop(0)
        counts[word] = counts.get(word, 0) + 1
    return counts


def total__of_the_sum(f, numbers):
    """f of the sum is the sum of f.

    Hint: What is f(1 + 2), and what is f(1) + f(2), for f(x) = 2x + 1?
    """
    return f(sum(numbers))
